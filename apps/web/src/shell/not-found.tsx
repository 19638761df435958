import { ApiProblem } from '../api/client.js';
import { PageProblem } from '../ui/problem.js';

/** An address that leads nowhere. */
export function NotFound() {
  return <PageProblem error={new ApiProblem(404, 'page.not-found', 'There is nothing here')} />;
}
