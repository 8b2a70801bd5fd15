import { type ReactElement, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { commonAttributes, type AttributeDeclaration } from '../../../shared/domain/attribute.ts';
import { chordOf } from '../../lib/keys.ts';
import { isMac } from '../../lib/platformKeys.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import { attributeKeysStore, closeAttributeKeys, keyLines, type KeyLine } from './attributeKeys.ts';
import { attributeFieldId } from './AttributesForm.tsx';

interface Props {
  readonly editor: Editor;
  readonly declared: readonly AttributeDeclaration[];
}

/** After the prefix key: what the next key does to the attributes of the selected boxes. It goes with the key, Escape or a click. */
export function AttributeKeys({ editor, declared }: Props): ReactElement | null {
  const { t } = useTranslation('label');
  const { open, attribute } = useStore(attributeKeysStore);
  const annotations = useStore(editor.store, (state) => state.annotations);
  const selected = useStore(editor.store, (state) => state.selected);
  const lines = useMemo(() => {
    if (!open) return [];
    const boxes = annotations.filter((box) => selected.has(box.id));
    return keyLines(
      commonAttributes(
        declared,
        boxes.map((box) => box.category),
      ),
      attribute,
    );
  }, [open, attribute, annotations, selected, declared]);

  useEffect(() => {
    if (!open) return;
    const onKey = (event: KeyboardEvent): void => {
      const chord = chordOf(event, isMac);
      if (chord === null) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const line = lines.find(({ hotkey }) => hotkey === chord);
      if (line === undefined) closeAttributeKeys();
      else act(editor, line);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    window.addEventListener('pointerdown', closeAttributeKeys);
    window.addEventListener('blur', closeAttributeKeys);
    return () => {
      window.removeEventListener('keydown', onKey, { capture: true });
      window.removeEventListener('pointerdown', closeAttributeKeys);
      window.removeEventListener('blur', closeAttributeKeys);
    };
  }, [open, lines, editor]);

  if (!open) return null;
  return (
    <div className="pop attribute-keys" role="status" aria-label={t('attributes.keys')}>
      <span className="menu-label">{attribute ?? t('attributes.keys')}</span>
      {lines.length === 0 && <span className="dim">{t('attributes.none')}</span>}
      {lines.map(({ hotkey, label }) => (
        <span key={hotkey} className="row gap6">
          <kbd>{hotkey}</kbd>
          <span className="clip">{label}</span>
        </span>
      ))}
    </div>
  );
}

function act(editor: Editor, { act: what }: KeyLine): void {
  if (what.kind === 'options') {
    attributeKeysStore.setState({ attribute: what.key });
    return;
  }
  closeAttributeKeys();
  if (what.kind === 'set') editor.setAttribute(what.key, what.value);
  else if (what.kind === 'focus') document.getElementById(attributeFieldId(what.key))?.focus();
  else {
    const { annotations, selected } = editor.store.getState();
    const all = annotations.filter((box) => selected.has(box.id)).every((box) => box.attributes[what.key] === true);
    editor.setAttribute(what.key, !all);
  }
}
