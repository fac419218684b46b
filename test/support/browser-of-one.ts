// A browser window without a browser: it keeps cookies, and follows redirects when told to.

export type Window = {
  /** Follows redirects on this site from the window's address, and returns the first address elsewhere. */
  untilElsewhere(site: string): Promise<string>
  /** Opens an address with this window's cookies and follows redirects on its site; returns the last status. */
  go(address: string): Promise<number>
}

export function visit(start: string): Window {
  const cookies = new Map<string, string>()

  async function open(address: string): Promise<Response> {
    const answer = await fetch(address, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '), accept: 'text/html' },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const [name = '', ...value] = pair.split('=')
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) cookies.delete(name)
      else cookies.set(name, value.join('='))
    }
    return answer
  }

  async function follow(address: string, site: string): Promise<{ elsewhere: string } | { status: number }> {
    let here = address
    for (let hops = 0; hops < 10; hops += 1) {
      const answer = await open(here)
      await answer.body?.cancel()
      const location = answer.headers.get('location')
      if (!location) return { status: answer.status }
      here = new URL(location, here).href
      if (new URL(here).origin !== site) return { elsewhere: here }
    }
    throw new Error(`${address} leads in circles.`)
  }

  return {
    async untilElsewhere(site) {
      const end = await follow(start, site)
      if ('elsewhere' in end) return end.elsewhere
      throw new Error(`${start} leads nowhere: ${end.status}`)
    },
    async go(address) {
      const end = await follow(address, new URL(address).origin)
      return 'status' in end ? end.status : 302
    },
  }
}
