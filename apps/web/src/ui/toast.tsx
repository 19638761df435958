import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
import css from './toast.module.css';

export interface Toast {
  readonly text: string;
  readonly kind?: 'done' | 'error' | 'info';
  /** What can be taken back, and how. */
  readonly undo?: () => void;
}

const ToastContext = createContext<(toast: Toast) => void>(() => undefined);

/** Say something short that needs no answer. It is also read aloud, and goes by itself. */
export const useToast = (): ((toast: Toast) => void) => useContext(ToastContext);

const SECONDS = 8;

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly (Toast & { readonly id: number })[]>([]);
  const next = useRef(0);
  const remove = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const show = useCallback(
    (toast: Toast) => {
      const id = (next.current += 1);
      setToasts((all) => [...all.slice(-2), { ...toast, id }]);
      setTimeout(() => remove(id), SECONDS * 1000);
    },
    [remove],
  );
  const list = useMemo(
    () =>
      toasts.map(({ id, text, kind = 'info', undo }) => (
        <div key={id} className={css.toast} data-kind={kind}>
          <span>{text}</span>
          {undo !== undefined && (
            <button
              type="button"
              onClick={() => {
                remove(id);
                undo();
              }}
            >
              Undo
            </button>
          )}
          <button type="button" aria-label="Dismiss" onClick={() => remove(id)}>
            ×
          </button>
        </div>
      )),
    [toasts, remove],
  );
  return (
    <ToastContext value={show}>
      {children}
      <div className={css.stack} role="status" aria-live="polite">
        {list}
      </div>
    </ToastContext>
  );
}
