from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0006_member_external_ids'),
    ]

    operations = [
        migrations.RenameModel(old_name='Stranger', new_name='PasswordDoor'),
    ]
