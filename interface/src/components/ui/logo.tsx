/** A bookmark with a play sign cut out: keep this clip. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg viewBox="6 5 20 22.5" fill="currentColor" aria-hidden className={className}>
      <path
        fillRule="evenodd"
        d="M9 5.500h14A2.5 2.5 0 0 1 25.5 8v18.200a.8.8 0 0 1-1.22.68L16 21.800l-8.28 5.080A.8.8 0 0 1 6.5 26.200V8A2.5 2.5 0 0 1 9 5.500Zm4.4 4.300a.7.7 0 0 0-1.05.6v6.800a.7.7 0 0 0 1.05.6l6.1-3.400a.7.7 0 0 0 0-1.200Z"
      />
    </svg>
  )
}
