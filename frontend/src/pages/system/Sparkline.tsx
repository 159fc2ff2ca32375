// The last minutes of a number, as a small line. What it shows is said in words beside it.
type Props = { values: number[]; most?: number };

const WIDTH = 240;
const HEIGHT = 48;
const POINTS = 60;

export function Sparkline({ values, most = 0 }: Props) {
  const top = Math.max(most, ...values, 0.000_1);
  const x = (place: number) => WIDTH - (values.length - 1 - place) * (WIDTH / (POINTS - 1));
  const y = (value: number) => HEIGHT - 2 - (value / top) * (HEIGHT - 6);
  const line = values.map((value, place) => `${x(place).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const [first] = [x(0).toFixed(1)];
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden className="block h-12 w-full text-accent">
      <line x1="0" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} className="stroke-line" vectorEffect="non-scaling-stroke" />
      {values.length > 1 && (
        <>
          <polygon points={`${first},${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} fill="currentColor" opacity="0.12" />
          <polyline points={line} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" vectorEffect="non-scaling-stroke" />
        </>
      )}
    </svg>
  );
}
