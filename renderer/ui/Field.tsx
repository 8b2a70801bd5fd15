import { type ComponentProps, type ReactNode, useEffect, useId, useRef } from 'react';

/** A labelled text field. An error stands under it and is read with it. */
export function TextField({
  label,
  hint,
  error,
  trailing,
  mono = false,
  showEnd = false,
  ...rest
}: Omit<ComponentProps<'input'>, 'id'> & {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | null;
  readonly trailing?: ReactNode;
  readonly mono?: boolean;
  /** A path: while nobody types in it, its end is in sight. */
  readonly showEnd?: boolean;
}) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const input = field.current;
    if (showEnd && input !== null && document.activeElement !== input) input.scrollLeft = input.scrollWidth;
  }, [showEnd, rest.value]);
  const bad = error !== undefined && error !== null && error !== '';
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className={bad ? 'input bad' : 'input'}>
        <input
          ref={field}
          {...rest}
          id={id}
          className={mono ? 'mono' : undefined}
          aria-invalid={bad}
          aria-describedby={bad || hint !== undefined ? `${id}-d` : undefined}
        />
        {trailing}
      </div>
      {(bad || hint !== undefined) && (
        <span id={`${id}-d`} className={bad ? 'bad' : 'hint'}>
          {bad ? error : hint}
        </span>
      )}
    </div>
  );
}

/** A group of controls under one label. */
export function Field({ label, hint, children }: { readonly label: string; readonly hint?: ReactNode; readonly children: ReactNode }) {
  const id = useId();
  return (
    <div className="field" role="group" aria-labelledby={id}>
      <span className="label" id={id}>
        {label}
      </span>
      {children}
      {hint !== undefined && <span className="hint">{hint}</span>}
    </div>
  );
}
