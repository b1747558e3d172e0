from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0004_providers'),
    ]

    operations = [
        migrations.RenameModel(old_name='Stranger', new_name='PasswordDoor'),
    ]
