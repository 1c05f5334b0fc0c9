"""A folder on the network: REST, an OpenAI-compatible door, MCP tools, and what guards them. Knows nothing of the page.

All of them ask the same `Desk`, so that an answer is the same whichever way it was asked for.
"""
