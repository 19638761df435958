import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRouter, RouterProvider } from '@tanstack/react-router';
import { ApiProblem } from './api/client.js';
import { routes } from './routes.js';
import { PageProblem } from './ui/problem.js';
import { ToastProvider } from './ui/toast.js';
import { mantineTheme, styleNonce } from './ui/theme.js';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      gcTime: 5 * 60_000,
      // What the API refuses it will refuse again; what did not arrive may arrive.
      retry: (failures, error) => error instanceof ApiProblem && error.offline && failures < 3,
      refetchOnWindowFocus: true,
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});

const router = createRouter({
  routeTree: routes,
  context: { queries },
  defaultPreload: 'intent',
  // Everything is asked again, who is signed in too.
  defaultErrorComponent: ({ error }) => <PageProblem error={error} retry={() => void router.invalidate()} />,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <MantineProvider theme={mantineTheme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </MantineProvider>
    </QueryClientProvider>
  );
}
