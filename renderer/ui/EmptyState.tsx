import type { ReactNode } from 'react';
import { Icon } from './Icon.tsx';

/** What this is, what to do, and the key for it (in the buttons). */
export function EmptyState({
  icon,
  title,
  text,
  children,
}: {
  readonly icon: string;
  readonly title: string;
  readonly text?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {text !== undefined && <p className="dim">{text}</p>}
      {children !== undefined && <div className="acts">{children}</div>}
    </div>
  );
}
