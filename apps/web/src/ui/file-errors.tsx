import { ApiProblem } from '../api/client.js';
import css from '../settings/settings.module.css';

/** Why a file was refused: as a whole, and place by place. */
export interface FileRefusal {
  readonly file: string;
  readonly told: string;
  readonly errors: readonly { readonly place: string; readonly why: string }[];
}

/** `/line/12` as `line 12`, `/items/grade` as `grade`; a path in an archive as it is. */
const placeOf = (pointer: string): string => {
  const [, kind, rest] = /^\/(line|items)\/(.*)$/.exec(pointer) ?? [];
  return kind === undefined || rest === undefined ? pointer : kind === 'line' ? `line ${rest}` : rest;
};

/** What the registry said of a file. Other failures are thrown on. */
export function refusalOf(error: unknown, file: string): FileRefusal {
  if (!(error instanceof ApiProblem)) throw error;
  return {
    file,
    told: error.message,
    errors: error.errors.map(({ pointer, detail }) => ({ place: placeOf(pointer), why: detail })),
  };
}

const MOST = 100;

/** In place of a file that was refused: everything that is wrong with it. */
export function FileErrors({
  of: { file, told, errors },
  close,
}: {
  readonly of: FileRefusal;
  readonly close: () => void;
}) {
  return (
    <section className={css.refused} role="alert" aria-label="Why the file was refused">
      <p>
        <strong>{file}</strong> was not taken, and nothing is changed. {told}
      </p>
      {errors.length > 0 && (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">Where</th>
              <th scope="col">What is wrong</th>
            </tr>
          </thead>
          <tbody>
            {errors.slice(0, MOST).map(({ place, why }, at) => (
              <tr key={at}>
                <th scope="row">
                  <code>{place}</code>
                </th>
                <td>{why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {errors.length > MOST && (
        <p>
          The first {MOST} of {errors.length}.
        </p>
      )}
      <p className={css.buttons}>
        <button type="button" className={css.action} onClick={close}>
          Close
        </button>
      </p>
    </section>
  );
}
