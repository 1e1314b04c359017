import {
  Badge,
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  NavLink,
  Table,
  Tooltip,
} from '@mantine/core';

/** A slate blue of our own: calm beside the three colours of a verdict. */
const gate: MantineColorsTuple = [
  '#eef6fb',
  '#dbe9f3',
  '#b4d2e7',
  '#8ab9da',
  '#68a4d0',
  '#5297c9',
  '#4590c7',
  '#2d73a5',
  '#1f5f8b',
  '#164a6e',
];

export const theme = createTheme({
  colors: { gate },
  primaryColor: 'gate',
  primaryShade: { light: 8, dark: 7 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "Liberation Mono", Menlo, Consolas, monospace',
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.4rem' }, h2: { fontSize: '1rem' } } },
  components: {
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 550 } }),
    NavLink: NavLink.extend({ defaultProps: { bdrs: 'md', py: 7 } }),
    Table: Table.extend({ defaultProps: { fz: 'sm', verticalSpacing: 'xs', horizontalSpacing: 'sm' } }),
    // Else there is room for a scroll bar below every table, with or without one.
    TableScrollContainer: Table.ScrollContainer.extend({
      defaultProps: { scrollAreaProps: { offsetScrollbars: 'present' } },
    }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: true, multiline: true, maw: 360 } }),
  },
});

/** Text on a light tint of its own colour: the library's own shades stay below 4.5:1 (WCAG 1.4.3). */
const tinted = ['gate', 'green', 'teal', 'red', 'orange', 'yellow', 'blue', 'gray', 'violet'];

export const cssVariablesResolver: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-placeholder': '#68717a',
    ...Object.fromEntries(
      tinted.map((name) => [`--mantine-color-${name}-light-color`, darkOf(name, colors[name]?.[9])]),
    ),
    '--page': '#f6f8fa',
    '--line': colors.gray[2],
  },
  dark: {
    '--mantine-color-dimmed': colors.dark[1],
    '--mantine-color-placeholder': '#9c9c9c',
    ...Object.fromEntries(
      tinted.map((name) => [`--mantine-color-${name}-light-color`, colors[name]?.[3] ?? '']),
    ),
    '--mantine-color-anchor': colors.gate?.[4] ?? '',
    '--page': colors.dark[8],
    '--line': colors.dark[5],
  },
});

/** The darkest orange, yellow and green of the library are still too light for small text. */
const darker: Readonly<Record<string, string>> = {
  orange: '#9a3b00',
  yellow: '#7a4f00',
  green: '#1c6b2e',
  teal: '#056146',
  gray: '#343a40',
  red: '#a61b1b',
};

function darkOf(name: string, ninth: string | undefined): string {
  return darker[name] ?? ninth ?? '';
}
