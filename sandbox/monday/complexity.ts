// What a document costs, by a rule of thumb like the service's: a write 10,000 points, a read one for each field and entry.
import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'

export const mostPoints = 5_000_000
const pointsOfWrite = 10_000
const entriesUnlessSaid: Record<string, number> = { boards: 25, items: 25, users: 200, updates: 25, activity_logs: 25, items_page: 25 }

type Asked = { variables: Record<string, unknown>; fragments: ReadonlyMap<string, FragmentDefinitionNode> }

export function pointsOf(operation: OperationDefinitionNode, asked: Asked): number {
  const fields = fieldsOf(operation.selectionSet, asked)
  if (operation.operation === 'mutation') return fields.filter(({ name }) => name.value !== 'complexity').length * pointsOfWrite
  return fields.reduce((sum, field) => sum + pointsOfField(field, asked), 0)
}

function pointsOfField(field: FieldNode, asked: Asked): number {
  const inside = field.selectionSet === undefined ? [] : fieldsOf(field.selectionSet, asked)
  return 1 + entriesOf(field, asked) * inside.reduce((sum, each) => sum + pointsOfField(each, asked), 0)
}

function entriesOf({ name, arguments: given = [] }: FieldNode, { variables }: Asked): number {
  const valueOf = (argument: string): unknown => {
    const node = given.find((each) => each.name.value === argument)?.value
    return node === undefined ? undefined : plainValue(node, variables)
  }
  const [limit, ids] = [valueOf('limit'), valueOf('ids')]
  if (Array.isArray(ids)) return Math.max(1, ids.length)
  return typeof limit === 'number' ? Math.max(1, limit) : (entriesUnlessSaid[name.value] ?? 1)
}

function plainValue(node: ValueNode, variables: Record<string, unknown>): unknown {
  if (node.kind === Kind.VARIABLE) return variables[node.name.value]
  if (node.kind === Kind.LIST) return node.values
  return node.kind === Kind.INT ? Number(node.value) : undefined
}

export function fieldsOf({ selections }: SelectionSetNode, asked: Asked): FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection]
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet, asked)
    const fragment = asked.fragments.get(selection.name.value)
    return fragment === undefined ? [] : fieldsOf(fragment.selectionSet, asked)
  })
}
