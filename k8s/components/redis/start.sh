# Starts the server.
sh /etc/redis/restore.sh
exec "$@"
