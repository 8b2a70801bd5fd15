import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/api.ts';
import { type Problem, problemOf } from '../../lib/problem.ts';
import { usePanelWidth } from '../../lib/usePanelWidth.ts';
import { navigate } from '../../state/addressStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { TextField } from '../../ui/Field.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { DatasetFolderField } from './PathField.tsx';

/** A new dataset: a name and the folder it gets its own folder in. */
export function NewPanel({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('home');
  const [width, setWidth] = usePanelWidth('new', 400);
  const [name, setName] = useState('');
  const [folder, setFolder] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const path = folder === '' || name.trim() === '' ? '' : `${folder.replace(/[/\\]$/, '')}/${name.trim()}`;

  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (path === '' || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const { id } = await api.datasets.create({ path, name: name.trim() });
      navigate({ view: 'frames', dataset: id, params: {} });
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };

  return (
    <Panel
      label={t('newPanel.title')}
      side="right"
      width={width}
      onWidth={setWidth}
      min={320}
      max={640}
      resizeLabel={t('app:resize', { name: t('newPanel.title') })}
    >
      <header className="sec row">
        <h2>{t('newPanel.title')}</h2>
        <span className="right" />
        <IconButton label={t('app:close')} icon="close" onClick={onClose} />
      </header>
      <form className="panel-body scroll" onSubmit={(event) => void make(event)} onKeyDown={(event) => event.key === 'Escape' && onClose()}>
        <TextField
          label={t('newPanel.name')}
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoFocus
          maxLength={128}
          placeholder="street-2026"
        />
        <DatasetFolderField value={folder} onChange={setFolder} makes={path} error={problem?.message ?? null} />
        <div className="row">
          <Button variant="primary" type="submit" disabled={path === '' || busy}>
            {t('newPanel.make')}
          </Button>
          <Button variant="ghost" onClick={onClose}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
