import { getSubmission } from '../../admin/submissions';
import { command } from '../command';
import { sheet } from '../printing/table';
import { wayLines } from '../printing/way';

export const submissionShow = command({
  name: 'submission show',
  summary: 'show one submission with the evidence behind its verdict',
  arguments: [{ name: '<id>', description: 'as in the header Gatehouse-Submission of the answer' }],
  examples: ['gatehouse submission show 0198c0de-0000-7000-8000-000000000002'],
  run: async (context, _options, id) => {
    const submission = await context.withAdmin((admin, caller) => getSubmission(admin, caller, id));
    const { evidence, notes, via, ...rest } = submission;
    return {
      value: submission,
      text: (screen) =>
        sheet(
          [
            ...Object.entries(rest),
            ['came by', wayLines(via)],
            ['evidence', JSON.stringify(evidence, null, 2).split('\n')],
            ['notes', notes.map(({ path, note }) => `${path}: ${note}`)],
          ],
          screen,
        ),
    };
  },
});
