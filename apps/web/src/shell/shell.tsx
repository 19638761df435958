import { Menu } from '@mantine/core';
import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { answer, api } from '../api/client.js';
import { SessionLock } from '../session/lock.js';
import { AccountPage } from '../session/account.js';
import { useOwnKeys } from '../session/own-keys.js';
import { mayIn, useSession } from '../session/session.js';
import { chordText, listenForKeys, useKeys } from '../ui/keys.js';
import { applyTheme } from '../ui/theme.js';
import { useMantineColorScheme } from '@mantine/core';
import { Jump } from './jump.js';
import { KeyMap } from './key-map.js';
import { Mark } from './mark.js';
import { SCREENS } from './screens.js';
import css from './shell.module.css';

/** What stands around every screen: the bar, the way to anything, the map of keys, the lock. */
export function Shell() {
  const session = useSession();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'jump' | 'keys' | null>(null);
  const screens = SCREENS.filter(({ right }) => mayIn(session, right));

  // Whoever has few screens has all of them in the bar.
  const everyday = screens.filter(({ aside }) => aside !== true);
  const inBar = everyday.length > 1 ? everyday : screens;

  useOwnKeys();
  useEffect(listenForKeys, []);
  useKeys([
    {
      chord: 'mod+k',
      label: 'Jump to a patient, case, screen or code',
      group: 'Everywhere',
      // At once, so that what is typed right after the key lands in the field.
      run: () => flushSync(() => setOpen('jump')),
    },
    {
      chord: '?',
      label: 'Show this map of keys',
      group: 'Everywhere',
      run: () => setOpen(open === 'keys' ? null : 'keys'),
    },
    ...screens.map(({ to, label, keys }) => ({
      chord: keys,
      label: `Go to ${label}`,
      group: 'Everywhere',
      run: () => void navigate({ to }),
    })),
  ]);

  return (
    <SessionLock>
      <a className="visually-hidden" href="#main">
        Skip to content
      </a>
      <header className={css.bar}>
        <Link to="/" className={css.brand} aria-label="Perennial, home">
          <Mark size={22} />
          <span>Perennial</span>
        </Link>
        {!session.mustChange && (
          <nav aria-label="Screens" className={css.screens}>
            {inBar.map(({ to, label }) => (
              <Link key={to} to={to} activeOptions={{ exact: to === '/' }} activeProps={{ 'data-active': true }}>
                {label}
              </Link>
            ))}
          </nav>
        )}
        <button type="button" className={css.jump} onClick={() => setOpen('jump')}>
          <span>Jump to…</span>
          <kbd>{chordText('mod+k')}</kbd>
        </button>
        <Connection />
        <button type="button" className={css.icon} aria-label="Map of keys" onClick={() => setOpen('keys')}>
          ?
        </button>
        <UserMenu />
      </header>
      {open === 'jump' && <Jump close={() => setOpen(null)} />}
      {open === 'keys' && <KeyMap close={() => setOpen(null)} />}
      {session.mustChange ? <AccountPage /> : <Outlet />}
    </SessionLock>
  );
}

/** Says when the registry cannot be heard. Drafts go on; they are sent when it is back. */
function Connection() {
  const [online, setOnline] = useState(navigator.onLine);
  const fetching = useIsFetching();
  useEffect(() => {
    const look = (): void => setOnline(navigator.onLine);
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    return () => {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    };
  }, []);
  if (!online)
    return (
      <span className={css.offline} role="status">
        Offline: drafts are kept here
      </span>
    );
  return <span className={css.busy} data-busy={fetching > 0} aria-hidden="true" />;
}

function UserMenu() {
  const session = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = async (): Promise<void> => {
    await answer(api.DELETE('/api/v1/session')).catch(() => undefined);
    queries.clear();
    // A new page: nothing of the last person stays in memory.
    window.location.assign('/sign-in');
  };
  return (
    <Menu position="bottom-end" width={220} shadow="md">
      <Menu.Target>
        <button type="button" className={css.user}>
          {session.name}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{session.roles.map((role) => role.replaceAll('_', ' ')).join(', ')}</Menu.Label>
        <Menu.Item onClick={() => void navigate({ to: '/account' })}>Password and sessions</Menu.Item>
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        {(['light', 'dark', 'auto'] as const).map((theme) => (
          <Menu.Item
            key={theme}
            role="menuitemradio"
            aria-checked={colorScheme === theme}
            onClick={() => {
              setColorScheme(theme);
              applyTheme(theme);
            }}
          >
            {{ light: 'Light', dark: 'Dark', auto: 'As the system' }[theme]} {colorScheme === theme ? '✓' : ''}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
