export const shop = {
  'shop.title': 'Tienda',
  'shop.empty': 'No hay nada así',
  'shop.soldOut': 'Vendido',
  'shop.last': 'El último',
  'shop.available': 'Quedan {count}',
};
