import { element, type XmlFragment } from '../s3/xml/write-xml.js';
import { AwsError } from '../sagemaker/wire/aws-error.js';
import type { Stack } from './control-plane-state.js';
import type { Operations } from './control-plane-operation.js';
import { pageOf } from './page-of.js';

/** ListStacks and DescribeStacks; each gives the elements of its result. */
export const cloudFormationOperations: Operations<readonly XmlFragment[]> = {
  ListStacks: (input, { state, pageSize }) => {
    const statuses = Object.entries(input)
      .filter(([name]) => name.startsWith('StackStatusFilter.member.'))
      .map(([, status]) => status);
    const wanted = state.listStacks().filter(({ status }) => statuses.length === 0 || statuses.includes(status));
    const page = pageOf(wanted, input['NextToken'], pageSize);
    return [
      element(
        'StackSummaries',
        page.items.map((stack) => element('member', summaryOf(stack))),
      ),
      element('NextToken', page.nextToken),
    ];
  },
  DescribeStacks: (input, { state, pageSize }) => {
    const name = input['StackName'];
    if (typeof name !== 'string') {
      const page = pageOf(state.listStacks(), input['NextToken'], pageSize);
      return [element('Stacks', page.items.map(describe)), element('NextToken', page.nextToken)];
    }
    const stack = state.findStack(name);
    if (stack === undefined) throw new AwsError('ValidationError', 400, `Stack with id ${name} does not exist`);
    return [element('Stacks', [describe(stack)])];
  },
};

function summaryOf(stack: Stack): readonly XmlFragment[] {
  return [
    element('StackId', stack.id),
    element('StackName', stack.name),
    element('CreationTime', stack.createdAt.toISOString()),
    element('LastUpdatedTime', stack.updatedAt.toISOString()),
    element('StackStatus', stack.status),
  ];
}

function describe(stack: Stack): XmlFragment {
  return element('member', [
    ...summaryOf(stack),
    pairs('Outputs', 'Output', stack.outputs),
    pairs('Parameters', 'Parameter', stack.parameters),
  ]);
}

function pairs(list: string, prefix: string, values: Readonly<Record<string, string>>): XmlFragment {
  const members = Object.entries(values).map(([key, value]) =>
    element('member', [element(`${prefix}Key`, key), element(`${prefix}Value`, value)]),
  );
  return element(list, members);
}
