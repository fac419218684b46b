import { createRoot } from 'react-dom/client'
import { hostLanguage } from './office/appearance.ts'
import { whenHostReady } from './office/host.ts'
import { watchOpenMessage } from './office/open-message.ts'
import { prepareSignIn } from './office/sign-in.ts'
import { Pane } from './shell/Pane.tsx'
import { chooseLanguage, loadTexts } from './shell/language.ts'

const host = await whenHostReady()
if (host === 'outlook') watchOpenMessage()
const texts = await loadTexts(chooseLanguage(hostLanguage()))
const container = document.getElementById('pane')
if (container !== null) createRoot(container).render(<Pane host={host} texts={texts} />)
prepareSignIn()
