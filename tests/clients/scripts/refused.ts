// Shows a token that is not good, and then, when it is asked again, one that is.
import { connected, once, say } from './shop.ts';

const authorizations = ['Bearer not.a.token', `Bearer ${process.env.TOKEN}`];

const stubborn = connected({ retryAttempts: 0, connectionParams: { authorization: authorizations[0] } });
const closed = await once(stubborn, { query: '{ me { name } }' }).catch((event) => event);
say({ code: closed.code, reason: closed.reason });

let asked = 0;
const patient = connected({
  retryAttempts: 1,
  retryWait: async () => {},
  connectionParams: () => ({ authorization: authorizations[asked++] }),
});
say({ asked, data: (await once(patient, { query: '{ me { name } }' })).data });
say({ asked });
await patient.dispose();
