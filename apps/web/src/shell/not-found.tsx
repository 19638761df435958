import { Link } from '@tanstack/react-router';
import css from '../ui/states.module.css';

/** An address that leads nowhere: mistyped, or of a screen that has moved. */
export function NotFound() {
  return (
    <main className={css.page} id="main">
      <div className={css.state} role="alert" data-kind="error">
        <h1>There is no such page</h1>
        <p>The address is mistyped, or the page has moved. Cases and people are found by name or number with Ctrl+K.</p>
        <p>
          <Link to="/">Home</Link>
        </p>
      </div>
    </main>
  );
}
