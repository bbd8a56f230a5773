/** What a tool can do while it runs: report progress, log, fail, end its stream, announce changes. */
import { type Tool, ToolError } from '../../../src/index.ts'
import { fixtureTool, says } from './fixture-tool.ts'

export const runningTools: readonly Tool[] = [
  fixtureTool('test_tool_with_progress', 'Reports progress three times.', async (context) => {
    for (const done of [0, 50, 100]) await context.progress(done, 100, `${done} of 100`)
    return says('Done.')
  }),
  fixtureTool('test_tool_with_logging', 'Logs three times.', async (context) => {
    for (const step of ['started', 'processing', 'completed']) await context.log('info', step)
    return says('Done.')
  }),
  fixtureTool('test_logging_tool', 'Logs once, to whoever asked for it.', async (context) => {
    await context.log('info', 'Only those who asked hear this.')
    return says('Done.')
  }),
  fixtureTool('test_error_handling', 'Always fails.', () => {
    throw new ToolError('always_fails', 'This tool intentionally returns an error for testing.')
  }),
  fixtureTool('test_reconnection', 'Ends its stream before it answers.', (context) => {
    context.disconnect()
    return says('Reconnected.')
  }),
  fixtureTool('test_streaming_elicitation', 'Answers without asking.', () => says('Done.')),
  fixtureTool('test_trigger_tool_change', 'Announces that the tools changed.', ({ changes }) => {
    changes.tools()
    return says('Announced.')
  }),
  fixtureTool('test_trigger_prompt_change', 'Announces that prompts changed.', ({ changes }) => {
    changes.prompts()
    return says('Announced.')
  }),
]
