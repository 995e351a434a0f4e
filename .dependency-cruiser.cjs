/** The layering of docs/architecture.md, enforced. `path` groups name the importing and the imported side. */
const onlyIn = (name, packagePattern, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^(apps|libs)/', pathNot: [...allowed, '\\.spec\\.ts$', '/testing/', '^apps/local-aws/'] },
  to: { path: `node_modules/(${packagePattern})` },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'apps-do-not-import-each-other',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/([^/]+)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-do-not-import-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(apps|test|scripts)/' },
    },
    {
      name: 'contracts-import-nothing-of-ours',
      severity: 'error',
      from: { path: '^libs/contracts/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(libs/(?!contracts/)|node_modules/(?!class-validator/|reflect-metadata/))' },
    },
    {
      name: 'platform-knows-no-business',
      comment: 'platform may use the error table of contracts and nothing else of ours',
      severity: 'error',
      from: { path: '^libs/platform/' },
      to: { path: '^libs/(?!platform/|contracts/)' },
    },
    {
      name: 'storage-layer',
      severity: 'error',
      from: { path: '^libs/storage/' },
      to: { path: '^libs/(?!storage/|platform/|contracts/)' },
    },
    {
      name: 'inference-layer',
      severity: 'error',
      from: { path: '^libs/inference/' },
      to: { path: '^libs/(?!inference/|storage/|platform/|contracts/)' },
    },
    {
      name: 'audio-layer',
      severity: 'error',
      from: { path: '^libs/audio/' },
      to: { path: '^libs/(?!audio/|platform/|contracts/)' },
    },
    {
      name: 'jobs-layer',
      severity: 'error',
      from: { path: '^libs/jobs/' },
      to: { path: '^libs/(?!jobs/|audio/|inference/|storage/|platform/|contracts/)' },
    },
    {
      name: 'the-command-line-is-a-client',
      comment: 'it knows a server by its contracts and over HTTP alone',
      severity: 'error',
      from: { path: '^apps/cli/' },
      to: { path: '^libs/(?!contracts/)' },
    },
    {
      name: 'libs-are-entered-by-their-index',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/([^/]+)/src/', pathNot: ['^$1/$2/', '^libs/[^/]+/src/index\\.ts$', '/testing/index\\.ts$'] },
    },
    onlyIn('sagemaker-runtime-sdk-in-one-folder', '@aws-sdk/client-sagemaker-runtime', [
      '^libs/inference/.*/sagemaker/',
    ]),
    onlyIn('s3-sdk-in-one-folder', '@aws-sdk/(client-s3|lib-storage|s3-request-presigner)', ['^libs/storage/src/s3/']),
    onlyIn('control-plane-sdks-in-one-folder', '@aws-sdk/client-(cloudformation|secrets-manager|sagemaker)/', [
      '^libs/inference/src/catalog/discovery/',
    ]),
    onlyIn('bullmq-in-its-folders', '(bullmq|@nestjs/bullmq)/', [
      '^libs/jobs/src/bullmq/',
      '^apps/worker/src/processors/',
    ]),
    onlyIn('ffmpeg-in-its-folder', 'node-av/', ['^libs/audio/src/decode/node-av/']),
    onlyIn('fastify-at-the-edge', '(fastify|@fastify/[^/]+)/', ['^apps/api/src/(create-app|http/)']),
    onlyIn('commander-in-the-command-line', 'commander/', ['^apps/cli/src/']),
    onlyIn('nest-stays-out-of-contracts', '@nestjs/', ['^apps/', '^libs/(platform|storage|inference|jobs)/']),
    {
      name: 'production-does-not-use-test-code',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['\\.spec\\.ts$', '/testing/'] },
      to: { path: '(\\.spec\\.ts$|/testing/|^test/)' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
