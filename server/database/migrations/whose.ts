// For whom a statement runs, as people/unit-of-work.ts says to the database; null: for nobody in particular.

export const tenant = `(select nullif(current_setting('mailboard.tenant', true), '')::uuid)`
export const person = `(select nullif(current_setting('mailboard.person', true), '')::uuid)`
