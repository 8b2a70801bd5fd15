import { ContextMenu } from 'radix-ui';
import { type ReactElement, useEffect, useReducer } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { isEnabled, runCommand } from '../../../state/commandStore.ts';
import { KeyHint } from '../../../ui/KeyHint.tsx';
import { trackCommands } from './commands.ts';
import type { TrackAt } from './trackRows.ts';
import type { TrackSession } from './trackSession.ts';

/** What a row's menu offers, in groups; all of it is in the palette, too. */
const groups = [
  ['key', 'sight', 'end', 'extend', 'bridge'],
  ['split', 'merge', 'categoryAll', 'categoryOn'],
  ['follow', 'dissolve', 'delete'],
] as const;

interface Props {
  readonly tracks: TrackSession;
  readonly row: TrackAt;
  readonly readOnly: boolean;
  readonly children: ReactElement;
}

/** The menu of a track, under the right button or a long press. Opening it makes the track the active one. */
export function TrackMenu({ tracks, row, readOnly, children }: Props): ReactElement {
  const { t } = useTranslation('tracks');
  if (readOnly) return children;
  return (
    <ContextMenu.Root modal={false} onOpenChange={(open) => open && tracks.setActive(row.number)}>
      <ContextMenu.Trigger asChild>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content className="pop menu scroll" collisionPadding={8} aria-label={t('menu', { number: row.number })} loop>
          <Items tracks={tracks} />
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

function Items({ tracks }: { readonly tracks: TrackSession }): ReactElement {
  const { t } = useTranslation('tracks');
  const active = useStore(tracks.store, (state) => state.active);
  // The menu makes its track the active one; only after that do the commands know whether they can run on it.
  const [, lookAgain] = useReducer((times: number) => times + 1, 0);
  useEffect(lookAgain, [active, lookAgain]);
  return (
    <>
      {groups.map((group, i) => (
        <div key={group[0]} role="presentation">
          {i > 0 && <ContextMenu.Separator className="menu-sep" />}
          {group.map((name) => {
            const command = trackCommands.find(({ id }) => id === `tracks.${name}`);
            return (
              <ContextMenu.Item
                key={name}
                className={name === 'delete' ? 'menu-item bad' : 'menu-item'}
                disabled={!isEnabled(`tracks.${name}`)}
                onSelect={() => runCommand(`tracks.${name}`)}
              >
                <span className="clip">{t(`commands.${name}`)}</span>
                <KeyHint chord={command?.keys[0]} />
              </ContextMenu.Item>
            );
          })}
        </div>
      ))}
    </>
  );
}
