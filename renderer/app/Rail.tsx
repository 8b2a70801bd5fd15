import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { type Address, formatAddress, type ViewName } from '../lib/address.ts';
import { fixedNames } from '../lib/fixedNames.ts';
import { useShortcut } from '../lib/useShortcut.ts';
import { addressStore } from '../state/addressStore.ts';
import { runCommand } from '../state/commandStore.ts';
import { datasetStore } from '../state/datasetStore.ts';
import { IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import { views } from './views.tsx';

export function Rail() {
  const { t } = useTranslation();
  return (
    <nav className="rail" aria-label={fixedNames.views}>
      {views.map((view) => view.name !== 'settings' && <RailLink key={view.name} view={view.name} icon={view.icon} />)}
      <span className="gap" />
      <IconButton label={t('commands.help')} icon="help" chord="?" className="rail-btn" onClick={() => runCommand('app.help')} />
      <RailLink view="settings" icon="settings" />
    </nav>
  );
}

function RailLink({ view, icon }: { readonly view: ViewName; readonly icon: string }) {
  const { t } = useTranslation();
  const address = useStore(addressStore, (state) => state.address);
  const last = useStore(addressStore, (state) => state.last[view]);
  const dataset = useStore(datasetStore, (state) => state.id);
  const chord = useShortcut(`app.${view}`);
  const on = address.view === view;
  const inside = view !== 'home' && view !== 'settings';
  const off = inside && dataset === null;
  const fresh: Address = { view, dataset: inside ? dataset : null, params: {} };
  // Back to where one was in that view, as long as it is the same dataset.
  const to = last !== undefined && last.dataset === fresh.dataset && !on ? last : fresh;
  const classes = [view === 'home' ? 'logo' : '', on ? 'on' : '', off ? 'off' : ''].filter((c) => c !== '').join(' ');
  return (
    <Tooltip text={t(`views.${view}`)} chord={chord} side="right">
      <a
        className={classes}
        aria-label={fixedNames.viewNames[view]}
        aria-current={on ? 'page' : undefined}
        {...(off ? { role: 'link', 'aria-disabled': true } : { href: formatAddress(to) })}
      >
        <Icon name={icon} />
      </a>
    </Tooltip>
  );
}
