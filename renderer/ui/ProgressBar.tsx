interface Props {
  /** The name of the job: "Pre-label yolox-nano". */
  readonly name: string;
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
  readonly text?: string;
}

export function ProgressBar({ name, done, total, text }: Props) {
  const known = total !== null && total > 0;
  const value = known ? Math.min(100, (done / total) * 100) : 0;
  return (
    <span
      className="bar-mini"
      role="progressbar"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={known ? Math.round(value) : undefined}
      aria-valuetext={text}
    >
      <i className={known ? undefined : 'unknown'} style={known ? { width: `${value}%` } : undefined} />
    </span>
  );
}
