/** One result: `aim` says what it should be, `met` whether it is; both null for a figure that only informs. */
type Figure = {
  bench: string
  metric: string
  value: number
  unit: string
  aim: string | null
  met: boolean | null
}

/** Prints figures as they come: one JSON object per line, or a table row. Other lines go to a person only. */
export function createReport(bench: string, json: boolean) {
  const print = (line: string) => process.stdout.write(`${line}\n`)
  return {
    say: (line: string) => {
      if (!json) print(line)
    },
    add: (metric: string, value: number, unit: string, aim: string | null = null) => {
      const figure: Figure = {
        bench,
        metric,
        value: round(value),
        unit,
        aim,
        met: aim === null ? null : meets(round(value), aim),
      }
      if (json) return print(JSON.stringify(figure))
      const verdict = figure.met === null ? '' : `aim ${aim}  ${figure.met ? 'met' : 'MISSED'}`
      print(`  ${metric.padEnd(64)} ${String(figure.value).padStart(9)} ${unit.padEnd(3)} ${verdict}`)
    },
  }
}

function meets(value: number, aim: string): boolean {
  const [, sign, limit] = /^(<=|>=) ([\d.]+)$/.exec(aim) ?? []
  return sign === '<=' ? value <= Number(limit) : value >= Number(limit)
}

function round(value: number): number {
  return Number(value.toPrecision(value < 100 ? 3 : 4))
}
