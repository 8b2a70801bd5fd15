import type { ReactNode } from 'react';
import { Icon } from './Icon.tsx';

/** A condition of the whole window: read-only, reconnecting, busy elsewhere. */
export function Banner({
  icon = 'warning',
  alert = false,
  children,
}: {
  readonly icon?: string;
  readonly alert?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div className="banner" role={alert ? 'alert' : 'status'}>
      <Icon name={icon} small />
      {children}
    </div>
  );
}
