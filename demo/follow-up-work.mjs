/**
 * Follow-up that is under way when somebody looks at the registry for the first time: letters that are out, answered, came back and were
 * withdrawn, calls without an answer, tasks that people have. All of it is done over HTTP, as the registry's own people would.
 */
import { signIn, until } from './client.mjs';

const day = (before) => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');

/** @returns the code of a letter that still waits for its answer, for whoever wants to try. */
export async function startFollowUpWork(url, seeded) {
  const registrar = await signIn(url, seeded.users['registrar.harbor']);
  const facilityId = seeded.facilities.harbor;
  /** Letters to the first so many who can be written to. */
  const write = async (recipient, count) => {
    const { lines } = (await registrar('POST', 'follow-up/letters/plans', { facilityId, recipient })).body;
    const made = await registrar('POST', 'follow-up/letters/batches', {
      facilityId,
      recipient,
      taskIds: lines
        .filter(({ reason }) => reason === null)
        .slice(0, count)
        .map(({ taskId }) => taskId),
    });
    if (made.status !== 202) throw new Error(`letters to ${recipient}: ${JSON.stringify(made.body)}`);
    await until(
      'printing',
      () => registrar('GET', `follow-up/letters/batches/${made.body.id}`),
      ({ body }) => body.state === 'ready',
    );
    return (await registrar('GET', `follow-up/letters/batches/${made.body.id}/letters`)).body.items;
  };
  const answer = (code, body) => registrar('POST', 'follow-up/letters/answers', { code, contactedOn: day(1), ...body });
  await write('physician', 5);
  const letters = await write('patient', 7);
  await answer(letters[0].code, { outcome: 'reached' });
  await answer(letters[1].code, { outcome: 'returned_mail' });
  await registrar('POST', 'follow-up/do-not-contact', {
    patientId: letters[2].patientId,
    facilityId,
    recipients: ['patient', 'contact'],
    askedBy: 'family',
    reason: 'The daughter called: please do not write to us again.',
  });
  const tasks = (await registrar('GET', 'follow-up/tasks?limit=50')).body.items;
  const untouched = tasks.filter(({ state }) => state === 'due');
  for (const [index, task] of untouched.slice(0, 4).entries())
    await registrar('POST', 'follow-up/contacts', {
      patientId: task.patientId,
      facilityId,
      contactedOn: day(index + 1),
      channel: ['chart', 'telephone', 'physician'][index % 3],
      outcome: 'no_answer',
      note: 'Nothing newer than what is known.',
    });
  const people = (await registrar('GET', 'follow-up/assignees')).body;
  const clerk = people.find(({ initials }) => initials === 'HPF');
  await registrar('POST', 'follow-up/tasks/assignments', {
    taskIds: tasks.slice(2, 9).map(({ id }) => id),
    assignedTo: clerk.id,
  });
  await registrar('POST', 'follow-up/tasks/assignments', {
    taskIds: tasks.slice(9, 13).map(({ id }) => id),
    assignedTo: 'me',
  });
  return letters[3].code;
}
