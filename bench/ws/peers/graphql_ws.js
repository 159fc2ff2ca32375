// npm's graphql-ws on ws and graphql-js, fed from one Redis subscriber. SECRET_KEY and REDIS_URL are in the environment.
//
// https://the-guild.dev/graphql/ws/get-started and its recipes; the server is theirs, the rest is what they leave to us.

import { GraphQLID, GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import Redis from 'ioredis';
import jwt from 'jsonwebtoken';
import { WebSocketServer } from 'ws';
import { Followers } from './followers.js';

const STAFF = ['OPERATOR', 'ADMIN'];
const followers = new Followers();

const Order = new GraphQLObjectType({
  name: 'Order',
  fields: {
    id: { type: new GraphQLNonNull(GraphQLID) },
    number: { type: new GraphQLNonNull(GraphQLString) },
    status: { type: new GraphQLNonNull(GraphQLString) },
    note: { type: GraphQLString },
    version: { type: new GraphQLNonNull(GraphQLInt) },
  },
});

const OrderMessage = new GraphQLObjectType({
  name: 'OrderMessage',
  fields: { cursor: { type: new GraphQLNonNull(GraphQLString) }, order: { type: Order } },
});

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { ok: { type: GraphQLString } } }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      ordersUpdated: {
        type: new GraphQLNonNull(OrderMessage),
        subscribe: () => followers.follow(undefined),
        resolve: (message) => message,
      },
      orderUpdated: {
        type: new GraphQLNonNull(OrderMessage),
        args: { id: { type: new GraphQLNonNull(GraphQLID) } },
        subscribe: (_, { id }) => followers.follow(id),
        resolve: (message) => message,
      },
    },
  }),
});

/** Whether `connection_init` has brought the token of somebody who may see everybody's orders. */
function onConnect({ connectionParams }) {
  const token = String(connectionParams?.authorization).replace(/^Bearer /, '');
  try {
    const claims = jwt.verify(token, process.env.SECRET_KEY, { algorithms: ['HS256'], audience: 'swapshop' });
    return claims.roles.some((role) => STAFF.includes(role));
  } catch {
    return false;
  }
}

const redis = new Redis(process.env.REDIS_URL);
redis.on('message', (_channel, text) => {
  for (const message of JSON.parse(text)) followers.tell(message);
});
await redis.subscribe('orders');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/graphql', backlog: 2048 });
useServer({ schema, onConnect }, server);
server.on('listening', () => console.log(`ready http://127.0.0.1:${server.address().port}`));
