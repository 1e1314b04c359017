import { useComputedColorScheme, VisuallyHidden } from '@mantine/core';
import { Bar, BarChart, CartesianGrid, Legend, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { Overview } from '../../api/types';
import { useTexts } from '../../texts/texts';

type Submissions = Overview['submissions'];

const verdicts = ['accepted', 'quarantined', 'refused'] as const;
const colours = { accepted: '#12a37f', quarantined: '#f08c00', refused: '#d6336c' } as const;

/** Submissions over time by verdict; for those who cannot see it, as a table. */
export default function SubmissionChart({ span, items }: Pick<Submissions, 'span' | 'items'>) {
  const { t, language } = useTexts();
  const scheme = useComputedColorScheme();
  const line = scheme === 'dark' ? '#424242' : '#e9ecef';
  const ink = scheme === 'dark' ? '#c9c9c9' : '#495057';
  const format = new Intl.DateTimeFormat(
    language,
    span === 'hour' ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short' },
  );
  const short = new Intl.NumberFormat(language, { notation: 'compact' });
  const rows = items.map((item) => ({ ...item, at: format.format(new Date(item.start)) }));
  return (
    <>
      <div aria-hidden style={{ height: 240 }}>
        <ResponsiveContainer>
          <BarChart data={rows} margin={{ left: -16, right: 4, top: 4 }} accessibilityLayer={false}>
            <CartesianGrid stroke={line} vertical={false} />
            <XAxis dataKey="at" tick={{ fill: ink, fontSize: 12 }} stroke={line} minTickGap={24} />
            <YAxis
              allowDecimals={false}
              tick={{ fill: ink, fontSize: 12 }}
              tickFormatter={(count: number) => short.format(count)}
              stroke={line}
            />
            <Tooltip
              cursor={{ fill: line, opacity: 0.4 }}
              contentStyle={{ background: 'var(--mantine-color-body)', borderColor: line, borderRadius: 8 }}
            />
            <Legend
              iconType="circle"
              iconSize={9}
              wrapperStyle={{ fontSize: 12 }}
              formatter={(name) => <span style={{ color: ink }}>{name}</span>}
            />
            {verdicts.map((verdict) => (
              <Bar
                key={verdict}
                dataKey={verdict}
                name={t(`words.verdict.${verdict}`)}
                stackId="all"
                fill={colours[verdict]}
                isAnimationActive={false}
                maxBarSize={42}
              />
            ))}
          </BarChart>
        </ResponsiveContainer>
      </div>
      <VisuallyHidden>
        <table>
          <caption>{t('overview.submissions')}</caption>
          <tbody>
            {rows.map(({ start, at, accepted, quarantined, refused }) => (
              <tr key={start}>
                <th scope="row">{at}</th>
                <td>{`${t('words.verdict.accepted')} ${accepted}`}</td>
                <td>{`${t('words.verdict.quarantined')} ${quarantined}`}</td>
                <td>{`${t('words.verdict.refused')} ${refused}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </>
  );
}
