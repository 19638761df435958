import css from '../settings/settings.module.css';

/** Open the choice of a file, from a key. */
export const chooseFile = (id: string): void => document.getElementById(id)?.click();

/** A button that takes one file; the same file can be chosen again after it was mended. */
export function FileButton({
  id,
  label,
  accept,
  words,
  chord,
  busy,
  take,
}: {
  readonly id: string;
  /** Name of the field, for who cannot see it. */
  readonly label: string;
  readonly accept: string;
  readonly words: string;
  readonly chord: string;
  /** A file is being read. */
  readonly busy: boolean;
  readonly take: (file: File) => void;
}) {
  return (
    <>
      <input
        id={id}
        type="file"
        accept={accept}
        aria-label={label}
        className="visually-hidden"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file !== undefined) take(file);
        }}
      />
      <button type="button" className={css.action} disabled={busy} onClick={() => chooseFile(id)}>
        {busy ? 'Reading the file…' : words} <kbd>{chord}</kbd>
      </button>
    </>
  );
}
