import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../api/client.js';
import { Skeleton } from '../ui/problem.js';
import { showAge, showSite } from '../ui/format.js';

export function HomePage() {
  const { data } = useQuery({
    queryKey: ['drafts'],
    queryFn: () => answer(api.GET('/api/v1/abstracts', { params: { query: { state: 'draft' } } })),
  });
  return (
    <main id="main" style={{ padding: 24 }}>
      <h1>Drafts</h1>
      {data === undefined ? (
        <Skeleton />
      ) : (
        <ul>
          {data.items.map((one) => (
            <li key={one.id}>
              <Link to="/abstracts/$id" params={{ id: one.id }}>
                {showSite(one.primarySite)} {one.histology} {showAge(one.createdAt)}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </main>
  );
}
