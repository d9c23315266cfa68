import type { ReactNode } from "react";

function icon(children: ReactNode) {
  return function Icon() {
    return (
      <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        {children}
      </svg>
    );
  };
}

export const OverviewIcon = icon(<path d="M2 13.5h12M4 13V6.5M8 13V3M12 13V8.5" />);
export const ExploreIcon = icon(<><circle cx="7" cy="7" r="4.5" /><path d="M10.5 10.5 14 14" /></>);
export const InvoiceIcon = icon(<path d="M3.5 2h9v12l-2-1.2L8 14l-2.5-1.2-2 1.2zM6 5.5h4M6 8.5h4" />);
export const HelpIcon = icon(<><circle cx="8" cy="8" r="6" /><path d="M6.3 6.3c.2-1 .9-1.5 1.7-1.5 1 0 1.8.7 1.8 1.6 0 1.3-1.8 1.4-1.8 2.6M8 11.3v.2" /></>);
export const CheckIcon = icon(<path d="M3 8.5 6.5 12 13 4.5" />);
export const WarnIcon = icon(<path d="M8 2.5 14 13H2zM8 6.5v3M8 11.2v.3" />);
export const CopyIcon = icon(<><rect x="5.5" y="5.5" width="8" height="8" rx="1" /><path d="M10.500 5.500v-3h-8v8h3" /></>);
export const CloseIcon = icon(<path d="M4 4l8 8M12 4l-8 8" />);
export const MenuIcon = icon(<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />);
export const PauseIcon = icon(<path d="M5.500 3.500v9M10.500 3.500v9" />);
export const PlayIcon = icon(<path d="M5 3.500v9l7.500-4.500z" />);
export const TableIcon = icon(<><rect x="2" y="3" width="12" height="10" rx="1" /><path d="M2 6.500h12M2 9.700h12M6.500 6.500V13" /></>);
export const ChartIcon = icon(<path d="M2 3v10.500h12M4.500 10l3-3.500 2.500 2L14 4" />);
export const ThemeIcon = icon(<path d="M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z" />);
export const ClockIcon = icon(<><circle cx="8" cy="8" r="6" /><path d="M8 4.500V8l2.500 1.500" /></>);
export const LeftIcon = icon(<path d="M10 3.500 5.500 8l4.500 4.500" />);
export const RightIcon = icon(<path d="M6 3.500 10.500 8 6 12.500" />);
export const ZoomInIcon = icon(<><circle cx="7" cy="7" r="4.500" /><path d="M10.500 10.500 14 14M7 5v4M5 7h4" /></>);
export const ZoomOutIcon = icon(<><circle cx="7" cy="7" r="4.500" /><path d="M10.500 10.500 14 14M5 7h4" /></>);

/** The mark: a circle crossed by a line that overhangs it. Never filled or coloured. */
export function Mark() {
  return (
    <svg viewBox="0 0 26 20" fill="none" stroke="currentColor" strokeWidth="2" aria-hidden="true">
      <circle cx="13" cy="10" r="8" />
      <path d="M1 10h24" />
    </svg>
  );
}
