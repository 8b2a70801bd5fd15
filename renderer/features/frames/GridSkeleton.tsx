import { useTranslation } from 'react-i18next';
import { Skeleton } from '../../ui/Skeleton.tsx';

export function GridSkeleton({ size }: { readonly size: number }) {
  const { t } = useTranslation('frames');
  return (
    <div
      className="grid-skeleton"
      role="status"
      aria-label={t('app:loading')}
      style={{ gridTemplateColumns: `repeat(auto-fill, minmax(${size}px, 1fr))` }}
    >
      {Array.from({ length: 24 }, (_, i) => (
        <div key={i} className="tile">
          <span className="im">
            <Skeleton height="100%" />
          </span>
          <span className="cap">
            <Skeleton width="60%" />
          </span>
        </div>
      ))}
    </div>
  );
}
