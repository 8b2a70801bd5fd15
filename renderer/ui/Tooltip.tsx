import { Tooltip as Radix } from 'radix-ui';
import type { ReactElement } from 'react';
import { KeyHint } from './KeyHint.tsx';

export const TooltipProvider = Radix.Provider;

/** Says what a control does and by which key. The control must have a name of its own: a tooltip is no label. */
export function Tooltip({
  text,
  chord,
  side = 'bottom',
  children,
}: {
  readonly text: string;
  readonly chord?: string | undefined;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  readonly children: ReactElement;
}) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="pop tip" side={side} sideOffset={6} collisionPadding={8}>
          {text}
          <KeyHint chord={chord} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
