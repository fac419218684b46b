// Builds the taskpane into dist/. One bundle serves everywhere: the placeholders in taskpane.html are filled by the server.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import HtmlWebpackPlugin from 'html-webpack-plugin'
import webpack from 'webpack'

const root = import.meta.dirname
const inRoot = (...parts) => path.join(root, ...parts)

export default (_env, { mode = 'development' }) => {
  const production = mode === 'production'
  const scriptName = production ? 'js/[name].[contenthash:10].js' : 'js/[name].js'
  return {
    mode,
    target: ['web', 'es2022'],
    entry: {
      taskpane: inRoot('addin/taskpane.tsx'),
      auth: inRoot('addin/office/redirect-page.ts'),
      dialog: inRoot('addin/office/dialog-page.ts'),
    },
    output: { path: inRoot('dist'), publicPath: '/', filename: scriptName, chunkFilename: scriptName, clean: { keep: /^manifest\.xml$/ } },
    devtool: production ? false : 'source-map',
    resolve: {
      extensions: ['.ts', '.tsx', '.js'],
      // Messages are compiled ahead (below), so the pane carries no parser of them.
      alias: { '@formatjs/icu-messageformat-parser$': '@formatjs/icu-messageformat-parser/no-parser.js' },
    },
    module: { rules: [{ test: /\.tsx?$/, loader: 'swc-loader', options: { jsc: scriptSettings(production) } }] },
    // webpack's own minimizer would take the quotes around what the server fills in.
    optimization: { minimizeOptions: { html: false } },
    performance: { hints: false },
    stats: 'errors-warnings',
    plugins: [
      page('taskpane.html', 'taskpane', production),
      page('auth.html', 'auth', production),
      page('sign-in.html', 'dialog', production),
      { apply: emitAssets },
      compiledMessages(),
    ],
  }
}

const scriptSettings = (production) => ({
  parser: { syntax: 'typescript', tsx: true },
  target: 'es2022',
  transform: { react: { runtime: 'automatic', development: !production } },
})

/** The style sheet stands inside the page, so that the shell is painted without waiting for a second answer. */
function page(filename, chunk, production) {
  const css = readFileSync(inRoot('addin/pane.css'), 'utf8')
  return new HtmlWebpackPlugin({
    filename,
    template: inRoot('addin', filename),
    chunks: [chunk],
    inject: false,
    minify: production ? { collapseWhitespace: true, removeComments: true, minifyCSS: true } : false,
    templateParameters: (_compilation, _assets, tags) => ({ scripts: tags.headTags.map(String).join(''), css }),
  })
}

/** Icons keep their names: the manifest and Outlook's caches know them by address. */
function emitAssets(compiler) {
  compiler.hooks.thisCompilation.tap('assets', (compilation) => {
    const stage = webpack.Compilation.PROCESS_ASSETS_STAGE_ADDITIONAL
    compilation.hooks.processAssets.tap({ name: 'assets', stage }, () => {
      for (const name of readdirSync(inRoot('addin/assets')))
        compilation.emitAsset(`assets/${name}`, new webpack.sources.RawSource(readFileSync(inRoot('addin/assets', name))))
    })
  })
}

function compiledMessages() {
  const folder = inRoot('.cache/text')
  mkdirSync(folder, { recursive: true })
  for (const language of ['en', 'fr'])
    execFileSync(process.execPath, [
      inRoot('node_modules/@formatjs/cli/bin/formatjs'),
      'compile',
      inRoot(`addin/text/${language}.json`),
      '--ast',
      '--format',
      'simple',
      '--out-file',
      path.join(folder, `${language}.json`),
    ])
  return new webpack.NormalModuleReplacementPlugin(/\/text\/(en|fr)\.json$/, (resource) => {
    resource.request = path.join(folder, path.basename(resource.request))
  })
}
