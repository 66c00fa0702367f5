// Reads one question a line, {policy, action, resource, leading}, and answers each with a line: "Allowed", "ImplicitlyDenied", …
const { createInterface } = require("node:readline");
const { runSimulation } = require("@cloud-copilot/iam-simulate");

const account = "123456789012";

async function answer({ policy, action, resource, leading }) {
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${account}:user/test`,
        action,
        resource: { resource, accountId: account },
        contextVariables: leading.length ? { "dynamodb:LeadingKeys": leading } : {},
      },
      identityPolicies: [{ name: "policy", policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  return result.resultType === "error" ? JSON.stringify(result.errors) : result.overallResult;
}

(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(await answer(JSON.parse(line)));
  }
})();
