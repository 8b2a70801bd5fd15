import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { type FrameState, frameStates } from '../../../shared/domain/frame.ts';
import { formatCount } from '../../lib/format.ts';
import { profileOf } from '../../lib/profiles.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { AuthorBadge } from '../../ui/AuthorBadge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Combobox, type ComboboxOption } from '../../ui/Combobox.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { StateMark } from '../../ui/StatePill.tsx';

export type BulkMenu = 'assign' | 'state' | 'split' | 'tag' | null;

interface Props {
  readonly count: number;
  readonly splits: readonly string[];
  readonly tags: readonly string[];
  readonly open: BulkMenu;
  readonly onOpen: (menu: BulkMenu) => void;
  readonly readOnly: boolean;
  readonly onState: (state: FrameState) => void;
  readonly onSplit: (split: string | null) => void;
  readonly onTag: (tag: string, on: boolean) => void;
  /** Names to choose from. */
  readonly people: readonly string[];
  readonly onAssign: (to: string | null) => void;
  readonly onClear: () => void;
}

const noSplit = '\u0000none';
const nobody = '\u0000nobody';

/** What can be done with the selected frames; everything here can be undone. */
export function BulkBar(props: Props) {
  const { t } = useTranslation('frames');
  const language = useLanguage();
  const profiles = useStore(settingsStore, (state) => state.settings.profiles);
  const keys = {
    assign: useShortcut('frames.assign'),
    state: useShortcut('frames.setState'),
    split: useShortcut('frames.setSplit'),
    tag: useShortcut('frames.setTag'),
    clear: useShortcut('frames.clear'),
  };
  const splits: readonly ComboboxOption[] = [
    ...[...new Set(['train', 'val', 'test', ...props.splits.filter((split) => split !== '')])].map((split) => ({
      value: split,
      label: split,
    })),
    { value: noSplit, label: t('bulk.noSplit') },
  ];
  const tags: readonly ComboboxOption[] = [
    ...props.tags.map((tag) => ({ value: `+${tag}`, label: tag })),
    ...props.tags.map((tag) => ({ value: `-${tag}`, label: t('bulk.removeTag', { tag }) })),
  ];
  const opens = (menu: Exclude<BulkMenu, null>) => ({
    open: props.open === menu,
    onOpenChange: (open: boolean) => props.onOpen(open ? menu : null),
  });
  return (
    <div className="bulk pop" role="toolbar" aria-label={t('bulk.label')}>
      <b>{t('bulk.selected', { count: props.count, shown: formatCount(props.count, language) })}</b>
      {!props.readOnly && (
        <>
          <span className="sep" />
          <Combobox
            {...opens('assign')}
            label={t('bulk.assign')}
            placeholder={t('bulk.assignName')}
            options={[
              ...props.people.map((name) => ({ value: name, label: name, adornment: <AuthorBadge profile={profileOf(name, profiles)} /> })),
              { value: nobody, label: t('bulk.nobody') },
            ]}
            onChoose={(value) => props.onAssign(value === nobody ? null : value)}
            onCreate={props.onAssign}
            createLabel={(text) => t('bulk.newAssignee', { name: text })}
            trigger={
              <Button variant="ghost" icon="person" chord={keys.assign}>
                {t('bulk.assign')}
              </Button>
            }
          />
          <Menu
            {...opens('state')}
            label={t('bulk.state')}
            entries={frameStates.map((state) => ({
              id: state,
              label: t(`app:state.${state}`),
              adornment: <StateMark state={state} />,
              onSelect: () => props.onState(state),
            }))}
            trigger={
              <Button variant="ghost" icon="check" chord={keys.state}>
                {t('bulk.state')}
              </Button>
            }
          />
          <Combobox
            {...opens('split')}
            label={t('bulk.split')}
            placeholder={t('bulk.splitName')}
            options={splits}
            onChoose={(value) => props.onSplit(value === noSplit ? null : value)}
            onCreate={props.onSplit}
            createLabel={(text) => t('bulk.newSplit', { name: text })}
            trigger={
              <Button variant="ghost" icon="folder" chord={keys.split}>
                {t('bulk.split')}
              </Button>
            }
          />
          <Combobox
            {...opens('tag')}
            label={t('bulk.tag')}
            placeholder={t('bulk.tagName')}
            options={tags}
            onChoose={(value) => props.onTag(value.slice(1), value.startsWith('+'))}
            onCreate={(text) => props.onTag(text, true)}
            createLabel={(text) => t('bulk.newTag', { tag: text })}
            trigger={
              <Button variant="ghost" icon="tag" chord={keys.tag}>
                {t('bulk.tag')}
              </Button>
            }
          />
        </>
      )}
      <span className="sep" />
      <Button variant="ghost" chord={keys.clear} onClick={props.onClear}>
        {t('bulk.clear')}
      </Button>
    </div>
  );
}
