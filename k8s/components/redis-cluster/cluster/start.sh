# Starts the server of this pod. A restarted pod has a new address, and nodes.conf has the others' old ones. If all pods
# restart at once, no old address is right any more, so those that DNS knows are written into the file first.
umask 077
sh /etc/redis/restore.sh

# On an empty volume, wait until the failover is over. If this was a master that has lost its volume, its replica would copy
# the emptiness otherwise. At the first start nobody needs the 15 s.
[ -d appendonlydir ] || sleep 15

if [ -f nodes.conf ]; then
  for host in $(sed -n 's/^[^ ]* [^ ]*@[0-9]*,\([^ ,]*\).*/\1/p' nodes.conf); do
    address=$(getent hosts "$host" | sed -n '1s/[[:space:]].*//p')
    [ -z "$address" ] || sed -i "s/ [^ ]*:\([0-9]*@[0-9]*,$host[ ,]\)/ $address:\1/" nodes.conf
  done
fi

sh /etc/redis/join.sh &
exec "$@" --include /etc/redis/cluster.conf --cluster-announce-ip "$POD_IP" \
  --cluster-announce-hostname "$POD_NAME.bincang-redis-nodes.$NAMESPACE.svc"
