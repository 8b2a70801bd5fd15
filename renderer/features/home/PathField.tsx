import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { choosePath } from '../../platform/choosePath.ts';
import { Button } from '../../ui/Button.tsx';
import { TextField } from '../../ui/Field.tsx';

/** A place to choose: the words on the button, the title of the dialog that it opens, and what may be chosen there. */
export interface Browse {
  readonly words: string;
  readonly title: string;
  readonly kind: 'folder' | 'file';
  readonly extensions?: readonly string[];
}

/** A path that is typed, pasted or chosen. */
export function PathField({
  label,
  value,
  onChange,
  hint,
  error = null,
  autoFocus = false,
  browse,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
  readonly hint: ReactNode;
  readonly error?: string | null;
  readonly autoFocus?: boolean;
  readonly browse: readonly Browse[];
}) {
  const choose = async ({ kind, title, extensions }: Browse): Promise<void> => {
    const path = await choosePath({ kind, title, ...(extensions === undefined ? {} : { extensions }) });
    if (path !== null) onChange(path);
  };
  return (
    <TextField
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      hint={hint}
      error={error}
      autoFocus={autoFocus}
      mono
      showEnd
      spellCheck={false}
      trailing={browse.map((place) => (
        <Button key={place.title} small variant="ghost" onClick={() => void choose(place)}>
          {place.words}
        </Button>
      ))}
    />
  );
}

/** The folder a new dataset gets its own folder in, and what would be made there. */
export function DatasetFolderField({
  value,
  onChange,
  makes,
  error = null,
}: {
  readonly value: string;
  readonly onChange: (folder: string) => void;
  /** Path of the dataset; empty while it is not known. */
  readonly makes: string;
  readonly error?: string | null;
}) {
  const { t } = useTranslation('home');
  return (
    <PathField
      label={t('newPanel.folder')}
      value={value}
      onChange={onChange}
      hint={makes === '' ? t('newPanel.folderHint') : t('newPanel.makes', { path: makes })}
      error={error}
      browse={[{ kind: 'folder', words: t('browse'), title: t('newPanel.folderTitle') }]}
    />
  );
}
