export const shop = {
  'shop.title': 'Shop',
  'shop.empty': 'Nothing fits',
  'shop.soldOut': 'Sold',
  'shop.last': 'The last one',
  'shop.available': '{count} available',
} as const;
