// Sums of prices, exactly: in whole hundredths, as the shop counts. Floats lose cents.
export function hundredths(amount: string): bigint | null {
  const match = /^\s*(\d{1,12})(?:[.,](\d{1,2}))?\s*$/.exec(amount);
  return match ? BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0')) : null;
}

export function decimal(sum: bigint): string {
  return `${sum / 100n}.${(sum % 100n).toString().padStart(2, '0')}`;
}

/** Of what is complete; null when a price cannot be read. */
export function total(lines: { price: string; quantity: number }[]): string | null {
  let sum = 0n;
  for (const { price, quantity } of lines) {
    const each = hundredths(price);
    if (each === null || !Number.isInteger(quantity) || quantity < 0) return null;
    sum += each * BigInt(quantity);
  }
  return decimal(sum);
}

/** What people write as a price, as the shop reads it: a decimal comma becomes a point. */
export function priceText(written: string): string {
  const sum = hundredths(written);
  return sum === null ? written.trim() : decimal(sum);
}
