// What a recipe may hold, and what it may cost.
import { memoryLimit } from '../../recipes/liquid.ts'
import { limits, patternLimits, renderLimits } from '../../recipes/limits.ts'
import { mostRecipes } from '../recipe-book/recipe-store.ts'
import { count, invalid, type Limit, size } from './limit.ts'

const recipeTest = {
  file: 'test/recipes/limits.test.ts',
  name: 'a recipe at each limit is taken, and one over it is refused with its place',
}

export const recipeLimits: Limit[] = [
  {
    what: 'Recipes of a person',
    howMuch: count(mostRecipes),
    answer: '409 `too-many-recipes`',
    test: {
      file: 'test/journeys/bounded-requests.test.ts',
      name: 'a person has at most 200 recipes, exactly, also when twenty are sent at once',
    },
  },
  {
    what: 'A recipe, or a single action, as JSON in UTF-8',
    howMuch: size(limits.recipeBytes),
    answer: invalid('too-large'),
    test: {
      file: 'test/journeys/bounded-requests.test.ts',
      name: 'a recipe of 64 KB is saved, and one byte more is refused wherever a recipe comes in',
    },
  },
  { what: 'Name of a recipe', howMuch: `${limits.name} characters`, answer: invalid('too-big'), test: recipeTest },
  { what: 'Conditions and groups in a group', howMuch: count(limits.nodes), answer: invalid('too-big'), test: recipeTest },
  { what: 'Conditions and groups in total', howMuch: count(limits.allNodes), answer: invalid('too-big'), test: recipeTest },
  { what: 'Depth of groups', howMuch: count(limits.depth), answer: invalid('too-deep'), test: recipeTest },
  { what: 'Values of a condition', howMuch: count(limits.values), answer: invalid('too-big'), test: recipeTest },
  { what: 'A value', howMuch: `${limits.value} characters`, answer: invalid('too-big'), test: recipeTest },
  {
    what: 'A pattern',
    howMuch: `${count(patternLimits.characters)} characters, ${count(patternLimits.instructions)} instructions`,
    answer: invalid('bad-pattern'),
    test: { file: recipeTest.file, name: 'the instructions of a pattern are bounded, and so are those of all patterns together' },
  },
  {
    what: 'All patterns of a recipe',
    howMuch: `${count(patternLimits.allCharacters)} characters (each counts at least ${patternLimits.least}), ${count(patternLimits.allInstructions)} instructions`,
    answer: invalid('bad-pattern'),
    test: { file: recipeTest.file, name: 'the instructions of a pattern are bounded, and so are those of all patterns together' },
  },
  {
    what: 'Text that a pattern is applied to',
    howMuch: `${count(patternLimits.text)} characters`,
    answer: 'the rest is ignored',
    test: { file: 'test/recipes/limits.test.ts', name: 'a pattern looks at the first 262,144 characters of a text' },
  },
  { what: 'Actions', howMuch: count(limits.actions), answer: invalid('too-big'), test: recipeTest },
  { what: 'Columns of an action', howMuch: count(limits.columns), answer: invalid('not-valid'), test: recipeTest },
  { what: 'Recipients of an action', howMuch: count(limits.recipients), answer: invalid('too-big'), test: recipeTest },
  { what: 'A template', howMuch: `${count(limits.template)} characters`, answer: invalid('too-big'), test: recipeTest },
  {
    what: 'Outputs and filters in all templates; a date counts as five',
    howMuch: count(limits.templateParts),
    answer: invalid('bad-template'),
    test: recipeTest,
  },
  { what: 'A date format', howMuch: `${limits.dateFormat} characters`, answer: invalid('bad-template'), test: recipeTest },
  {
    what: 'Result of an output for a sample email',
    howMuch: `${count(limits.trialCharacters)} characters`,
    answer: invalid('bad-template'),
    test: { file: recipeTest.file, name: 'an output that makes much of little is refused' },
  },
  {
    what: 'Result of the filters of an output for an email',
    howMuch: `${count(memoryLimit)} characters`,
    answer: 'the value is shortened, and the run says so',
    test: { file: 'test/recipes/template.test.ts', name: 'a text too large for the filters is shortened, and said to be' },
  },
  {
    what: 'Result of a template: a name, a column, an update',
    howMuch: `${renderLimits.name}, ${count(renderLimits.column)}, ${count(renderLimits.html)} characters`,
    answer: 'it is shortened, and the run says so',
    test: { file: 'test/recipes/plan.test.ts', name: 'a column that is too long is cut, and said to be' },
  },
]
