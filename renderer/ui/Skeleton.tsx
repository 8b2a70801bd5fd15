import { useDelayed } from '../lib/useDelayed.ts';

/** Grey shapes in the place of what loads, after 150 ms. Holds its place from the start, so that nothing shifts. */
export function Skeleton({ width = '100%', height = 12 }: { readonly width?: number | string; readonly height?: number | string }) {
  const late = useDelayed(true);
  return <span className="skeleton" aria-hidden style={{ width, height, visibility: late ? 'visible' : 'hidden' }} />;
}

export function SkeletonRows({ rows, height = 28, label }: { readonly rows: number; readonly height?: number; readonly label: string }) {
  return (
    <div role="status" aria-label={label} className="col skeleton-rows">
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="row-item" style={{ height }}>
          <Skeleton width={`${70 - ((i * 17) % 40)}%`} />
        </div>
      ))}
    </div>
  );
}
