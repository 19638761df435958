import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../api/client.js';
import { Problem, Skeleton } from '../ui/problem.js';
import { showMonth } from '../ui/format.js';

export function FollowUpPage() {
  const { data, error } = useQuery({
    queryKey: ['follow-up', 'tasks'],
    queryFn: () => answer(api.GET('/api/v1/follow-up/tasks')),
  });
  return (
    <main id="main">
      <h1>Follow-up</h1>
      {error !== null && <Problem error={error} />}
      {data === undefined && error === null && <Skeleton />}
      <ul>
        {data?.items.map((task) => (
          <li key={task.id}>
            <Link to="/patients/$id" params={{ id: task.patientId }}>
              {showMonth(task.dueMonth)}
            </Link>
          </li>
        ))}
      </ul>
    </main>
  );
}
