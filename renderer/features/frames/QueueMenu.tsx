import { useTranslation } from 'react-i18next';
import type { QueueWork } from '../../../shared/review/queueId.ts';
import { formatCount } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import { runCommand } from '../../state/commandStore.ts';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Menu } from '../../ui/Menu.tsx';

/** Works through the frames that are shown, or opens another queue. */
export function QueueMenu({ total, onWork }: { readonly total: number; readonly onWork: (work: QueueWork) => void }) {
  const { t } = useTranslation('frames');
  const language = useLanguage();
  const keys = { label: useShortcut('frames.labelThese'), review: useShortcut('frames.reviewThese'), queues: useShortcut('review.queues') };
  const count = { count: total, shown: formatCount(total, language) };
  return (
    <Menu
      label={t('queue.title')}
      trigger={
        <Button small variant="ghost" icon="review" trailing={<Icon name="down" small />}>
          {t('queue.title')}
        </Button>
      }
      entries={[
        { id: 'label', label: t('queue.label', count), icon: 'label', chord: keys.label, onSelect: () => onWork('label') },
        { id: 'review', label: t('queue.review', count), icon: 'check', chord: keys.review, onSelect: () => onWork('review') },
        {
          id: 'more',
          label: t('queue.more'),
          icon: 'review',
          separated: true,
          chord: keys.queues,
          // After the menu has given the focus back.
          onSelect: () => setTimeout(() => runCommand('review.queues')),
        },
      ]}
    />
  );
}
