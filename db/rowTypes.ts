import { TypeOverrides, types } from 'pg'

const { builtins } = types

/** How plain SQL gives values: days stay text (a Date would be midnight in the machine's zone), counts are numbers. */
export const rowTypes = new TypeOverrides()
rowTypes.setTypeParser(builtins.DATE, (text: string) => text)
rowTypes.setTypeParser(builtins.INT8, Number)
rowTypes.setTypeParser(builtins.NUMERIC, Number)

/** How the ORM wants them: dates and instants as the server writes them, which it reads by the property's type. */
export const ormTypes = new TypeOverrides()
for (const type of [builtins.DATE, builtins.TIMESTAMP, builtins.TIMESTAMPTZ, builtins.INTERVAL])
  ormTypes.setTypeParser(type, (text: string) => text)
